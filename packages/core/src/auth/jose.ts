// What is used of jose, so that built artefacts carry no more of it: all of it takes 60 kB.
export { createLocalJWKSet, jwtVerify } from "jose";
