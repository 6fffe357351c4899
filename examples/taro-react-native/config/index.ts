import type { IProjectConfig } from '@tarojs/taro/types/compile';

const config: IProjectConfig = {
  projectName: 'reqtask-taro-example',
  date: '2026-11-22',
  designWidth: 750,
  deviceRatio: { 640: 2.34 / 2, 750: 1, 375: 2, 828: 1.81 / 2 },
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  rn: {
    appName: 'ReqtaskTaroExample',
    // What Taro's Babel preset makes of Taro.request(...) is an import of this module: here it becomes ours. A plain key, no
    // regular expression: docs/taro.md of reqtask-js says why.
    alias: { '@tarojs/taro-rn/dist/lib/request': 'react-native-reqtask/taro' },
  },
};

export default config;
