import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { AssetsError } from "../../components/errors/problem";

export const BASE = { baseUrls: ["https://www.example.com"] };

export function sha(content: string | Uint8Array): string {
    return createHash("sha256").update(content).digest("hex").slice(0, 32);
}

/** Fails unless some assets are refused for an option, in such words, and with a remedy. */
export function refused(run: () => unknown, option: string, message: RegExp): void {
    assert.throws(run, (error) => {
        assert.ok(error instanceof AssetsError, String(error));
        assert.match(error.message, message);
        assert.equal(error.option, option);
        assert.ok(error.cure.length > 0);
        return true;
    });
}
