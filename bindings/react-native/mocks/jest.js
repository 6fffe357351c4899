// For `setupFiles` of jest: all entries of the package are those of mocks.
'use strict';
/* global jest */

jest.mock('react-native-reqtask', () => require('react-native-reqtask/mocks'));
jest.mock('react-native-reqtask/fetch', () => require('react-native-reqtask/mocks'));
jest.mock('react-native-reqtask/taro', () => require('react-native-reqtask/mocks').taro);
