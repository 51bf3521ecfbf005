import { testEveryApp } from "./every-app.ts";

testEveryApp("own machines");
