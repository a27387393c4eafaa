import { OptionError } from "../assets/optionError";

/** A target, an option or a header set that Cloudflare would refuse. */
export class TargetsError extends OptionError {
    override readonly name = "TargetsError";
}
