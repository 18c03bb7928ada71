// The frame around every view: the side, the dock of phones, the palette and the list of keys, and the keys that work
// everywhere (spec §2, §7).

import { Outlet, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useLive } from "../api/live.tsx";
import { Announcer } from "./announcer.tsx";
import { KeyList } from "./key-list.tsx";
import { useKeys } from "./keys.ts";
import { Palette } from "./palette.tsx";
import { onDoor } from "./palette-door.ts";
import { places } from "./places.ts";
import { Dock, Side } from "./side.tsx";
import { applyTheme, currentTheme } from "./theme.ts";
import { ToastProvider, useToast } from "./toast.tsx";

const sideSetting = "stepwell.side";

/** Folded, open, or by the width of the window while the reader has not chosen. */
type SideState = "folded" | "open" | "auto";

function keptSide(): SideState {
  const kept = localStorage.getItem(sideSetting);
  return kept === "folded" || kept === "open" ? kept : "auto";
}

export function Frame(): ReactNode {
  useEffect(() => applyTheme(currentTheme()), []);
  return (
    <ToastProvider>
      <Framed />
    </ToastProvider>
  );
}

function Framed(): ReactNode {
  const [side, setSide] = useState(keptSide);
  const [door, setDoor] = useState<"palette" | "keys" | undefined>();
  useEffect(() => onDoor(setDoor), []);
  const foldSide = (): void => {
    const isFolded = side === "folded" || (side === "auto" && window.innerWidth < 1100);
    const next = isFolded ? "open" : "folded";
    localStorage.setItem(sideSetting, next);
    setSide(next);
  };
  useFrameKeys(foldSide, setDoor);
  return (
    <div className="app" data-side={side}>
      <a className="skip" href="#page">
        To the content
      </a>
      <Side />
      <Outlet />
      <Dock />
      <Announcer />
      {door === "palette" ? <Palette onClose={() => setDoor(undefined)} /> : null}
      {door === "keys" ? <KeyList onClose={() => setDoor(undefined)} /> : null}
    </div>
  );
}

function useFrameKeys(foldSide: () => void, openDoor: (door: "palette" | "keys") => void): void {
  const navigate = useNavigate();
  const toast = useToast();
  const { held, setHeld } = useLive();
  const copyLink = (): void => {
    navigator.clipboard.writeText(location.href).then(
      () => toast({ kind: "done", text: "The link to this page is copied." }),
      () => toast({ kind: "refused", text: "The browser does not let this page copy." }),
    );
  };
  useKeys({
    "mod+k": () => openDoor("palette"),
    "?": () => openDoor("keys"),
    "[": foldSide,
    ".": () => setHeld(!held),
    "shift+y": copyLink,
    "g b": () => void navigate({ to: "/bulk" }),
    ...Object.fromEntries(
      places.map((place) => [`g ${place.key}`, () => void navigate({ to: place.to })] as const),
    ),
  });
}
