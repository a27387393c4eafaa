/** As much as is used here of libraries that have no types, or whose types would take long to check. */
declare module "folder-hash";

declare module "echarts" {
    interface Chart {
        setOption(option: object): void;
        renderToSVGString(): string;
        dispose(): void;
    }
    export function init(dom: null, theme: null, options: object): Chart;
}

declare module "tinybench" {
    interface Task {
        readonly name: string;
        readonly result: { readonly state: string; readonly latency?: { readonly samples?: readonly number[] } };
    }
    export class Bench {
        constructor(options: object);
        readonly tasks: readonly Task[];
        add(name: string, run: () => unknown): this;
        run(): Promise<readonly Task[]>;
    }
}
