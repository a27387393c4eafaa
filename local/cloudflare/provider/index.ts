export { type ProviderOptions, startCloudflareProvider } from "./start";
