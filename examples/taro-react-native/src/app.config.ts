export default defineAppConfig({
  pages: ['pages/index/index', 'pages/chat/index', 'pages/download/index', 'pages/image/index'],
  window: { navigationBarTitleText: 'reqtask', navigationBarBackgroundColor: '#fff', navigationBarTextStyle: 'black' },
});
