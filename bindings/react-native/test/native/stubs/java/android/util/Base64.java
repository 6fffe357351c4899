// Android's, by Java's: lines of 76, each with its end.
package android.util;

public final class Base64 {
  public static final int DEFAULT = 0;

  public static String encodeToString(byte[] bytes, int flags) {
    return java.util.Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes) + "\n";
  }
}
