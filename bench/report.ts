/** Rows as a table, as JSON, and as plots. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { init } from "echarts";
import type { Measured } from "./measure";
import type { Row } from "./row";
import { reached } from "./row";

const RESULTS = path.join(__dirname, "results");
const PAGE = path.join(__dirname, "../docs/performance.md");
const [FROM, TO] = ["<!-- figures -->", "<!-- /figures -->"];

/** One line for each size: median and quartiles, what it is compared with, and the goals. */
export function printed(rows: readonly Row[]): string {
    const lines = [["what", "size", "median (quartiles)", "against", "", "ratio", "exponent", "goal"]];
    for (const row of rows) {
        for (const [i, { size, ours, theirs, ratio }] of row.points.entries()) {
            const isLast = i === row.points.length - 1;
            lines.push([
                i === 0 ? row.name : "",
                size.toLocaleString("en"),
                `${spread(ours)} ${row.unit}`,
                theirs === undefined ? "" : (row.against ?? ""),
                theirs === undefined ? "" : spread(theirs),
                ratio === undefined ? "" : spread(ratio),
                isLast ? String(row.exponent ?? "") : "",
                isLast ? row.goals.map((goal) => goalText(row, goal)).join(", ") : "",
            ]);
        }
    }
    const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
    return lines
        .map((line) =>
            line
                .map((text, column) => text.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}

function spread({ median, low, high, runs }: Measured): string {
    return runs === 1 || low === high ? String(median) : `${median} (${low}–${high})`;
}

function goalText(row: Row, goal: Row["goals"][number]): string {
    const unit = goal.of === "value" ? ` ${row.unit}` : goal.of === "ratio" ? " ×" : "";
    return `${goal.of} ≤ ${goal.most}${unit}: ${reached(row, goal) <= goal.most ? "met" : "missed"}`;
}

/** Keeps the figures of a bench. */
export function written(name: string, rows: readonly Row[]): void {
    mkdirSync(RESULTS, { recursive: true });
    const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}`;
    writeFileSync(path.join(RESULTS, `${name}.json`), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
}

/** Draws all figures that are kept, and puts their tables into docs/performance.md. */
export function documented(): void {
    const kept = readdirSync(RESULTS)
        .filter((file) => file.endsWith(".json"))
        .map((file) => ({
            name: path.basename(file, ".json"),
            ...(JSON.parse(readFileSync(path.join(RESULTS, file), "utf8")) as { machine: string; rows: Row[] }),
        }));
    const parts = [
        missedOf(kept),
        ...kept.map(({ name, machine, rows }) => {
            const svg = plotOf(rows);
            if (svg !== undefined) {
                writeFileSync(path.join(RESULTS, `${name}.svg`), svg);
            }
            const picture = svg === undefined ? "" : `\n![${altOf(rows)}](../bench/results/${name}.svg)\n`;
            return `### ${name}\n${table(rows)}\n\nOn ${machine}.\n${picture}`;
        }),
    ];
    const page = readFileSync(PAGE, "utf8");
    const [start, end] = [page.indexOf(FROM) + FROM.length, page.indexOf(TO)];
    writeFileSync(PAGE, `${page.slice(0, start)}\n${parts.join("\n")}${page.slice(end)}`);
}

/** A line for each goal that is missed, each said once. */
function missedOf(kept: readonly { readonly name: string; readonly rows: readonly Row[] }[]): string {
    const goals = kept.flatMap(({ name, rows }) =>
        rows.flatMap((row) => row.goals.map((goal) => ({ name, row, goal, value: reached(row, goal) }))),
    );
    const missed = goals.filter(({ goal, value }) => !(value <= goal.most));
    const lines = missed.map(({ name, row, goal, value }) => {
        const unit = goal.of === "value" ? ` ${row.unit}` : goal.of === "ratio" ? " ×" : "";
        const { size } = row.points.at(-1) ?? {};
        const of = size === undefined || size === 1 ? "" : ` (${size.toLocaleString("en")})`;
        return `- ${name}: ${row.name}${of}: ${value}${unit} for a goal of ${goal.most}${unit}`;
    });
    return `${goals.length - missed.length} of ${goals.length} goals are met. Missed:\n\n${[...new Set(lines)].join("\n")}\n`;
}

/** One line for each row, of its last size. */
function table(rows: readonly Row[]): string {
    const lines = rows.map((row) => {
        const { size, ours, theirs, ratio } = row.points.at(-1) ?? {};
        return [
            row.name,
            size === undefined || size === 1 ? "" : size.toLocaleString("en"),
            ours === undefined ? "" : `${spread(ours)} ${row.unit}`,
            theirs === undefined ? "" : `${row.against}: ${theirs.median} ${row.unit}`,
            ratio === undefined || Number.isNaN(ratio.median ?? Number.NaN) ? "" : `${ratio.median} ×`,
            row.exponent === undefined ? "" : String(row.exponent),
            row.goals.map((goal) => goalText(row, goal)).join(", "),
        ];
    });
    const head = ["what", "size", "median (quartiles)", "against", "ratio", "growth", "goal"];
    return [head, head.map(() => "---"), ...lines]
        .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
        .join("\n");
}

/** Lines where there are several sizes, bars where several things were counted for the same contenders; else nothing. */
function plotOf(rows: readonly Row[]): string | undefined {
    const grown = rows.filter(({ points, unit }) => points.length > 1 && unit === rows[0]?.unit);
    const counted = countsOf(rows);
    return grown.length > 0
        ? svgOf(linesOf(grown), 420)
        : counted.length > 0
          ? svgOf(barsOf(counted), 90 + 44 * (counted[0]?.things.length ?? 0))
          : undefined;
}

/** What a picture shows, for those who do not see it. */
function altOf(rows: readonly Row[]): string {
    const [first] = rows;
    return countsOf(rows).length > 0
        ? countsOf(rows)
              .map(({ what, unit }) => `${what}, in ${unit}`)
              .join("; ")
        : `${first?.name} and the like by size, in ${first?.unit}`;
}

const OURS = "this package";

/** What was counted, and for each contender how many of each thing. */
interface Counts {
    readonly what: string;
    readonly unit: string;
    readonly things: readonly string[];
    readonly by: ReadonlyMap<string, readonly number[]>;
}

/** Rows that are called `thing: what`, each against one contender. */
function countsOf(rows: readonly Row[]): Counts[] {
    const named = rows.flatMap((row) => {
        const [thing, what] = row.name.split(": ");
        return thing === undefined || what === undefined ? [] : [{ ...row, thing, what }];
    });
    return [...new Set(named.map(({ what }) => what))].map((what) => {
        const counted = named.filter((row) => row.what === what);
        const things = [...new Set(counted.map(({ thing }) => thing))];
        const by = new Map<string, number[]>();
        const put = (contender: string, thing: string, { median }: Measured) => {
            const values = by.get(contender) ?? things.map(() => 0);
            values[things.indexOf(thing)] = median;
            by.set(contender, values);
        };
        for (const { thing, against, points } of counted) {
            const { ours, theirs } = points[0] ?? {};
            if (ours !== undefined && theirs !== undefined && against !== undefined) {
                put(OURS, thing, ours);
                put(against, thing, theirs);
            }
        }
        return { what, unit: counted[0]?.unit ?? "", things, by };
    });
}

/** A chart for each thing that was counted, side by side, on logarithmic scales: no bar is none. */
function barsOf(counts: readonly Counts[]): object {
    const width = 0.77 / counts.length;
    const left = (i: number) => `${(0.23 + i * width) * 100}%`;
    return {
        title: counts.map(({ what }, i) => ({ text: what, left: left(i), top: 28, textStyle: { fontSize: 13 } })),
        // Text is measured without a page, and so somewhat short.
        legend: { top: 2, itemGap: 40, textStyle: { fontSize: 11 } },
        grid: counts.map((_, i) => ({ left: left(i), width: `${(width - 0.06) * 100}%`, top: 52, bottom: 30 })),
        xAxis: counts.map((_, i) => ({ type: "log", min: 1, gridIndex: i })),
        yAxis: counts.map(({ things }, i) => ({
            type: "category",
            data: things,
            inverse: true,
            gridIndex: i,
            axisLabel: { show: i === 0, fontSize: 11 },
        })),
        series: counts.flatMap(({ by }, i) =>
            [...by].map(([name, data]) => ({
                name,
                type: "bar",
                data: data.map((value) => (value === 0 ? null : value)),
                xAxisIndex: i,
                yAxisIndex: i,
                label: { show: true, position: "right", fontSize: 9 },
            })),
        ),
    };
}

/** Medians by size, both on logarithmic scales, ours as lines and theirs dashed. */
function linesOf(rows: readonly Row[]): object {
    const line = (name: string, data: [number, number][], isOurs: boolean) => ({
        name,
        type: "line",
        data,
        lineStyle: { type: isOurs ? "solid" : "dashed" },
    });
    const series = rows.flatMap(({ name, against, points }) => [
        line(
            name,
            points.map(({ size, ours }) => [size, ours.median]),
            true,
        ),
        ...(against === undefined
            ? []
            : [
                  line(
                      `${name}: ${against}`,
                      points.map(({ size, theirs }) => [size, theirs?.median ?? 0]),
                      false,
                  ),
              ]),
    ]);
    return {
        legend: { orient: "vertical", left: 70, top: 10 },
        grid: { top: 30 + 22 * series.length, left: 80, right: 30, bottom: 50 },
        xAxis: { type: "log", name: "size", nameLocation: "middle", nameGap: 30 },
        yAxis: { type: "log", name: rows[0]?.unit ?? "" },
        series,
    };
}

function svgOf(option: object, height: number): string {
    const chart = init(null, null, { renderer: "svg", ssr: true, width: 860, height });
    chart.setOption({ animation: false, backgroundColor: "#fff", ...option });
    const svg = chart.renderToSVGString();
    chart.dispose();
    return `${still(svg)}\n`;
}

/**
 * A picture on a page answers no mouse. What is left out is for that, and holds numbers that count the pictures of a
 * process: without them, the same figures are the same bytes.
 */
function still(svg: string): string {
    return svg
        .replace(/<style >.*?<\/style>\n?/su, "")
        .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/gu, "")
        .replace(/zr\d+-c(\d+)/gu, "clip$1");
}
