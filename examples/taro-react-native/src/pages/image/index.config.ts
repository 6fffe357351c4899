export default definePageConfig({ navigationBarTitleText: 'Image' });
