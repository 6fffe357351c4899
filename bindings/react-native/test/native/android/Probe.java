package com.reqtask.reactnative;

import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Reads the roots through JNI in a desktop JVM and compares them with what its trust manager says. */
public final class Probe {
  private static native String read();

  /** Arguments: the library, and what is expected: "roots" (those of the trust store), "error" or "no reader". */
  public static void main(String[] arguments) throws Exception {
    System.load(arguments[0]);
    String read = read();
    switch (arguments[1]) {
      case "roots":
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
        Set<Object> expected = new HashSet<>(Set.of((Object[]) manager.getAcceptedIssuers()));
        Set<Object> found =
            new HashSet<>(
                CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read.getBytes("US-ASCII"))));
        check(expected.size() == Integer.parseInt(arguments[2]), "the trust store has " + expected.size());
        check(found.equals(expected), found.size() + " certificates read");
        break;
      case "error":
        check(read.startsWith("reqtask: Android did not tell"), read);
        check(read().equals(read), "a second call ends differently: the exception was not cleared");
        break;
      default:
        check(read.equals(arguments[1]), read);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
