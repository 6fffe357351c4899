import type {
  FetchApi,
  FormData as Form,
  Headers as Fields,
  Request as Asked,
  Response as Answer,
} from 'reqtask-js/fetch';

export { createFetch } from 'reqtask-js/fetch';
export type * from 'reqtask-js/fetch';

export declare const fetch: FetchApi['fetch'];
export declare const Headers: FetchApi['Headers'];
export type Headers = Fields;
export declare const Request: FetchApi['Request'];
export type Request = Asked;
export declare const Response: FetchApi['Response'];
export type Response = Answer;
export declare const FormData: FetchApi['FormData'];
export type FormData = Form;
export declare const install: FetchApi['install'];
