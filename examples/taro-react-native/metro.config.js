const { mergeConfig } = require('metro-config');
const { getMetroConfig } = require('@tarojs/rn-supporter');

/** Nothing is needed here for reqtask: config/index.ts has the alias. */
module.exports = (async () => mergeConfig({}, await getMetroConfig()))();
