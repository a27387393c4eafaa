import { OptionError } from "./optionError";

/** Something about the assets is wrong. */
export class AssetsError extends OptionError {
    override readonly name = "AssetsError";
}
