import { BlockList, isIP } from "node:net";
import type { Condition } from "./token";

/** Whether some text is an address or a network such as 192.0.2.0/24. */
export function isNetwork(text: unknown): text is string {
    if (typeof text !== "string") {
        return false;
    }
    const [address = "", bits, ...more] = text.split("/");
    const family = isIP(address);
    if (family === 0 || more.length > 0) {
        return false;
    }
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Whether a token's condition lets an address through. */
export function allowsAddress(condition: Condition | undefined, address: string): boolean {
    const { in: allowed, not_in: denied } = condition?.request_ip ?? {};
    const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
    if (denied && contains(denied, plain)) {
        return false;
    }
    return !allowed || allowed.length === 0 || contains(allowed, plain);
}

function contains(networks: readonly string[], address: string): boolean {
    const list = new BlockList();
    for (const network of networks) {
        const [base = "", bits] = network.split("/");
        const family = isIP(base) === 6 ? "ipv6" : "ipv4";
        list.addSubnet(base, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
    }
    return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
