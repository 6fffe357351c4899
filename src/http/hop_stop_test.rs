//! Tests of hops that are stopped or overtaken: early answers, "100 Continue", aborts, and reads that come back later.
