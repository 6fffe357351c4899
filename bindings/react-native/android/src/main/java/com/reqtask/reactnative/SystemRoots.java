package com.reqtask.reactnative;

import android.util.Base64;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The authorities that Android lets this app trust, in PEM.
 *
 * <p>Asked of the default trust manager, not of the key store "AndroidCAStore": Android builds it by the app's network
 * security configuration (its base and debug parts), so authorities that the user has installed are among them exactly where
 * the app's own configuration says so, and those that the user has switched off are not.
 */
final class SystemRoots {
  private SystemRoots() {}

  /** Reads some 150 files the first time; from any thread. Called from C++. */
  static String pem() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    StringBuilder pem = new StringBuilder();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager) {
        for (X509Certificate root : ((X509TrustManager) manager).getAcceptedIssuers()) {
          pem.append("-----BEGIN CERTIFICATE-----\n")
              .append(Base64.encodeToString(root.getEncoded(), Base64.DEFAULT))
              .append("-----END CERTIFICATE-----\n");
        }
      }
    }
    return pem.toString();
  }
}
