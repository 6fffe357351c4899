const { getDefaultConfig, mergeConfig } = require('@react-native/metro-config');

/**
 * Nothing is needed here for reqtask: Metro finds the entries of react-native-reqtask by its package.json.
 *
 * @type {import('@react-native/metro-config').MetroConfig}
 */
const config = {};

module.exports = mergeConfig(getDefaultConfig(__dirname), config);
