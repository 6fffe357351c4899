// import and require() share one fetch, as they share one requester.
export * from './fetch.cjs';
export { default } from './fetch.cjs';
