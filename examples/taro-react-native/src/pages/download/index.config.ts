export default definePageConfig({ navigationBarTitleText: 'Download' });
