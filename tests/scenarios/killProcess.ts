/** Kills a process that may be gone already. */
export function killProcess(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It is gone already.
    }
}
