export default definePageConfig({ navigationBarTitleText: 'reqtask' });
