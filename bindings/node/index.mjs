// import and require() share one requester, so that configure() of one holds for the other too.
export * from './index.cjs';
export { default } from './index.cjs';
