// androidx.annotation
package androidx.annotation;

public @interface Nullable {}
