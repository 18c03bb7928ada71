// What the tests use of a parser that comes without types.

declare module "parse-prometheus-text-format" {
  export interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly Series[];
  }

  export interface Series {
    readonly value?: string;
    readonly labels?: Readonly<Record<string, string>>;
  }

  export default function parsePrometheusTextFormat(text: string): readonly Family[];
}
