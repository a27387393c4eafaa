export { startCloudflareProvider } from "./start";
