/** Rows as a table, as JSON, and as plots. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** Keeps the figures, and a plot of each row with several sizes. */
export function written(name: string, rows: readonly Row[]): void {
    mkdirSync(RESULTS, { recursive: true });
    const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}`;
    writeFileSync(path.join(RESULTS, `${name}.json`), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
    const grown = rows.filter(({ points }) => points.length > 1);
    if (grown.length > 0) {
        writeFileSync(path.join(RESULTS, `${name}.svg`), plot(grown));
    }
}

/** Puts the tables of all figures that are kept into docs/performance.md. */
export function documented(): void {
    const parts = readdirSync(RESULTS)
        .filter((file) => file.endsWith(".json"))
        .map((file) => {
            const { machine, rows } = JSON.parse(readFileSync(path.join(RESULTS, file), "utf8")) as {
                machine: string;
                rows: Row[];
            };
            const svg = file.replace(/json$/, "svg");
            const picture = existsSync(path.join(RESULTS, svg)) ? `\n![${svg}](../bench/results/${svg})\n` : "";
            return `### ${path.basename(file, ".json")}\n${table(rows)}\n\nOn ${machine}.\n${picture}`;
        });
    const page = readFileSync(PAGE, "utf8");
    const [start, end] = [page.indexOf(FROM) + FROM.length, page.indexOf(TO)];
    writeFileSync(PAGE, `${page.slice(0, start)}\n${parts.join("\n")}${page.slice(end)}`);
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

/** Medians by size, both on logarithmic scales, ours as lines and theirs dashed. */
function plot(rows: readonly Row[]): string {
    const chart = init(null, null, { renderer: "svg", ssr: true, width: 760, height: 420 });
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
    chart.setOption({
        animation: false,
        backgroundColor: "#fff",
        legend: { orient: "vertical", left: 70, top: 10 },
        grid: { top: 30 + 22 * series.length, left: 80, right: 30, bottom: 50 },
        xAxis: { type: "log", name: "size", nameLocation: "middle", nameGap: 30 },
        yAxis: { type: "log", name: rows[0]?.unit ?? "" },
        series,
    });
    const svg = chart.renderToSVGString();
    chart.dispose();
    return `${svg}\n`;
}
