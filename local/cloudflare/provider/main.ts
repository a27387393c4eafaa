/** The provider as a process: prints its port on the first line, and serves until it is told to end. */
import { startCloudflareProvider } from "./start";

startCloudflareProvider().then(
    ({ port }) => console.log(String(port)),
    (error: Error) => {
        console.error(`error: ${error.message}`);
        process.exitCode = 1;
    },
);
