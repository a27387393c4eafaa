/** The runner's own protocol: annotations on stdout, outputs and the summary in files. */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

type Env = Readonly<Record<string, string | undefined>>;

export interface Runner {
    /** A line of the log. What others say in it is no command to the runner. */
    log(line: string): void;
    annotate(level: "notice" | "warning" | "error", text: string): void;
    output(name: string, value: string): void;
    summary(markdown: string): void;
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
export function runner(env: Env, write: (text: string) => void): Runner {
    const append = (file: string | undefined, text: string): void => {
        if (file !== undefined && file !== "") {
            appendFileSync(file, text);
        }
    };
    return {
        log: (line) => write(`${line.replace(/^(\s*)(?=::|##\[)/, "$1> ")}\n`),
        annotate: (level, text) => write(`::${level} title=Cache purge::${escaped(text)}\n`),
        output: (name, value) => {
            const mark = `end-${randomUUID()}`;
            append(env.GITHUB_OUTPUT, `${name}<<${mark}\n${value}\n${mark}\n`);
        },
        summary: (markdown) => append(env.GITHUB_STEP_SUMMARY, `${markdown}\n`),
    };
}

function escaped(text: string): string {
    return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
