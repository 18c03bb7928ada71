// Addresses to which nothing is sent. Apps are often on private addresses, so those are allowed; a cloud's metadata
// service, which gives out credentials to whoever asks from inside, never is.

import { lookup as lookupName } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Link-local addresses, where clouds keep their metadata, and the exceptions of some of them. */
export const forbiddenByDefault: readonly string[] = [
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::254",
  "100.100.100.200",
  "168.63.129.16",
];

/** A connection to an address that is forbidden was wanted; none was made. */
export class ForbiddenAddressError extends Error {
  readonly code = "FORBIDDEN_ADDRESS";
  override readonly name = "ForbiddenAddressError";
}

export class ForbiddenAddresses {
  readonly #blocked = new BlockList();

  /**
   * @param ranges addresses such as `10.1.2.3`, or ranges such as `10.0.0.0/8`.
   * @throws RangeError with a sentence when one is neither.
   */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#block(range);
  }

  /** Whether a URL's host is such an address by itself; names are looked at when they are resolved. */
  isForbidden(hostname: string): boolean {
    const address = hostname.replace(/^\[(.*)\]$/, "$1");
    const version = isIP(address);
    return version !== 0 && this.#blocked.check(address, version === 6 ? "ipv6" : "ipv4");
  }

  /** Resolves names, leaving forbidden addresses out. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookupName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [], 0);
      const allowed = addresses.filter(({ address }) => !this.isForbidden(address));
      const [first] = allowed;
      if (first === undefined) return callback(new ForbiddenAddressError(forbiddenMessage(hostname)), [], 0);
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };

  #block(range: string): void {
    const [address = "", bits] = range.split("/");
    const version = isIP(address);
    const prefix = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (version === 6 ? 128 : 32)) {
      throw new RangeError(
        `${JSON.stringify(range)} is neither an IP address nor a range such as 10.0.0.0/8.`,
      );
    }
    this.#blocked.addSubnet(address, prefix, version === 6 ? "ipv6" : "ipv4");
  }
}

export function forbiddenMessage(hostname: string): string {
  return `nothing is sent to ${hostname}: it is a forbidden address, such as a cloud's metadata service`;
}
