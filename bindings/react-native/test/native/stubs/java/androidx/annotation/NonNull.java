// androidx.annotation
package androidx.annotation;

public @interface NonNull {}
