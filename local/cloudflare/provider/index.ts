export { type ProviderOptions, type RunningProvider, startCloudflareProvider } from "./start";
