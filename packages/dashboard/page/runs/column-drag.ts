// Dragging a column to the place of another one, in the head of the list and in its menu.

import { type DragEvent, useState } from "react";
import { type ColumnChoice, moveColumn } from "./columns.ts";

export interface DragProps {
  readonly draggable: true;
  /** Set on the column whose place would be taken. */
  readonly "data-drop": "" | undefined;
  readonly onDragStart: (event: DragEvent) => void;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
}

/** What an element of column `id` needs, to be dragged and dropped on. */
export function useColumnDrag({ columns, choose }: ColumnChoice): (id: string) => DragProps {
  const [dragged, setDragged] = useState<string | undefined>();
  const [over, setOver] = useState<string | undefined>();
  const end = (): void => {
    setDragged(undefined);
    setOver(undefined);
  };
  return (id) => ({
    draggable: true,
    "data-drop": dragged !== undefined && over === id && dragged !== id ? "" : undefined,
    onDragStart: (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", id);
      setDragged(id);
    },
    onDragOver: (event) => {
      if (dragged === undefined) return;
      event.preventDefault();
      setOver(id);
    },
    onDrop: (event) => {
      event.preventDefault();
      const place = columns.findIndex((column) => column.id === id);
      if (dragged !== undefined) choose((before) => moveColumn(before, dragged, place));
      end();
    },
    onDragEnd: end,
  });
}
