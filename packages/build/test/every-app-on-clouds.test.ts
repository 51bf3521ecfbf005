import { testEveryApp } from "./every-app.ts";

testEveryApp("clouds");
