namespace Serverless.Tests.Unit.Device;

/// <summary>
/// Made outside of .NET: the key by <c>openssl genrsa</c>, everything signed by Node's <c>crypto.privateEncrypt</c> with PKCS#1 padding
/// (<c>openssl pkeyutl -sign</c> over the bare bytes gives the same), the cipher by Node's <c>aes-128-cbc</c>.
/// </summary>
internal static class CryptoVectors
{
    public const string PublicKey = """
        -----BEGIN RSA PUBLIC KEY-----
        MIIBCgKCAQEA+5oLqI7JmxiK1zee1YEOqbo/rkYozgH1zuKWYvydv3ZgUFPpnUcp
        jVqu2mFespAxc1I7e5gWxYLF+SbD6RcgtWIF9VPA9pPQf10dFEB88+FPnNhryqYM
        ANwU+snb1x2CNJX0WnpOMTT5fFy32HEoZSBXWSL5lXxTwDI9U6YeizUwzM6IMwVZ
        tuHWym0O+shAp2lXoqjAmDo5SgIpTbCFXlHv+fPD73fp3odI1jyjQ7FHNcx3vDWH
        wJdtGUyKNMMbYQQNMwoQoeTAHax1fpKKC74U6kEYV1w1krEc6x2Pgc52kiTnBZgm
        2C5kHWh9uCwiE/VSpiRQIiXXTIGnNSFPgwIDAQAB
        -----END RSA PUBLIC KEY-----
        """;

    /// <summary>SHA-256 of <see cref="Zip"/>.</summary>
    public const string Sha256 =
        "8e5f7259584bd16ca66bb5001057d86c100b32f5ea70043c10f559952d55634e";

    /// <summary>A zip of <c>index.html</c> and <c>app.js</c>, base64.</summary>
    public const string Zip =
        "UEsDBBQAAAAIAAAAIVi7TUAMHQAAAB8AAAAKAAAAaW5kZXguaHRtbLMpTi7KLChRKC5KtlVKLCjQyypWsrPRh4jacQEAUEsDBBQAAAAIAAAAIVjq30D7JAAA"
        + "ACIAAAAGAAAAYXBwLmpzc04sSEzOLMkvCi1ISSxJLdLLyy/JTKt0LCgISk1MqdTQ5AIAUEsBAhQDFAAAAAgAAAAhWLtNQAwdAAAAHwAAAAoAAAAAAAAAAAAA"
        + "AIABAAAAAGluZGV4Lmh0bWxQSwECFAMUAAAACAAAACFY6t9A+yQAAAAiAAAABgAAAAAAAAAAAAAAgAFFAAAAYXBwLmpzUEsFBgAAAAACAAIAbAAAAI0AAAAA"
        + "AA==";

    /// <summary>The 32 bytes of the digest, signed, hexadecimal.</summary>
    public const string SignedDigest =
        "e2177147930ae7ccd224e4ab63e8e11da329486efab039adff7ccd6f09c0749b9a0969da376d5ef1785b15b14940d072ee3756fa20637d30ce4cc249"
        + "165951336d19acc119a59aa4c512addc6591803790d50cebf61e6b33349b9f2b0647f2d3f2b79f9bffe675781eaa7a0a74037626ddee4315c76b38d0"
        + "c3110828ca16e11bda49abb3f5da9eabf21b4777f07ca71b044c8dd66f19b9619851a9ed4bdf1f68962fa4144894bb7a959e47a489c230fc5c1b4730"
        + "e97cd173280cd793150886c03de918ff1799674afc7c4bee771df117d4875acf6bdefcc2743249ac36af56ee0a2fc435d1e1ddf38d270663f7939b90"
        + "1c5da38006e74077f41f691b1df4cf4b";

    /// <summary>The same signature in base64.</summary>
    public const string SignedDigestBase64 =
        "4hdxR5MK58zSJOSrY+jhHaMpSG76sDmt/3zNbwnAdJuaCWnaN21e8XhbFbFJQNBy7jdW+iBjfTDOTMJJFllRM20ZrMEZpZqkxRKt3GWRgDeQ1Qzr9h5rMzSb"
        + "nysGR/LT8refm//mdXgeqnoKdAN2Jt3uQxXHazjQwxEIKMoW4RvaSauz9dqeq/IbR3fwfKcbBEyN1m8ZuWGYUantS98faJYvpBRIlLt6lZ5HpInCMPxcG0cw"
        + "6XzRcygM15MVCIbAPekY/xeZZ0r8fEvudx3xF9SHWs9r3vzCdDJJrDavVu4KL8Q10eHd840nBmP3k5uQHF2jgAbnQHf0H2kbHfTPSw==";

    /// <summary>The 48 bytes that the digest's text is when read as base64, signed, base64.</summary>
    public const string SignedText =
        "N4Oe88BTtR5O2fzHsHslYuHG/jlEdBzyz/xXh6Tm7zIZZbvC75ed7UoqNGbbaxgzOdbFwVk+4HCScpNYFVFL01oPu5AI9JM5ll3erfFFDvdyv0RUg5yXNyfd"
        + "ldVD3ycanoC3TRHdxb1QctobclHlNADGkzQIvcptNw2kppOnOPqLJBrAJyWb8YpD2WBJoIAjdlpAxYszK1L5uq+FNTuB5rct+uYGgltvu3IC/xuD8KDn6AFm"
        + "mtSKaOgAZ18q8k74Q92ltnBXy5skm2rwnRcMwOx3T9eed7hbUoeYKSHQ7p2zCteBfMORCEY4jy9X47Y5CtW5dDW6rnwdOv6xiMg3IA==";

    /// <summary>The IV and the signed AES key of <see cref="Cipher"/>.</summary>
    public const string SessionKey =
        "AAECAwQFBgcICQoLDA0ODw==:4RW23DZkqWPfABjqXI0FyK9Pt+rkzBb6ASpFVbPoSAww2chc/w8eHz3d4Fpkl8eyfx6UWmvAallM47WYugrI5f2242/sZSW"
        + "G7KQP512Rb6UXtXQytfQK5qeW4pIbrL3ae1gypHHS2zg43fpzRWwg9QSKDQWBqVUqLYIkzIjPInza4b6LfNVpjTzeLco+lzx/y8B6Lt2G3k+Ia9GZ6E5n6kn"
        + "P5decBG10DVDmq/bEnNLxcezYHS/BdeSLzcm2cLyPf/5VGrXOaZefWB6p3AcoJPNCcWic/JZpz2rFTDJR4aQvNQ86r3fcD6LP5ML9S9BBQjHmB/5m19wKuXy"
        + "z72ijoQ==";

    /// <summary><see cref="Zip"/>, encrypted, base64.</summary>
    public const string Cipher =
        "0Fki2fdFJAXClHDZNIAxDRpgiinnQiIF6pAwgofDX+Vkz2gFtaAyLes38oNasRBei0KL9yrJZx2TOkmZEm7omrzSBVAKM6CCCV0TITDcUDScweKJAT8YeOIA"
        + "XSFUYmeOEkN/0Ivve4N9RvdFUmCFVwS4z4hsFVqwot3e2yhcJlmuZjSi6/iRhHpGnjMrZXqTGEmqXHR1+p7w0U1A5Ga02Rm1W3mqPz+FS6q3XwJYxLzCP0n8"
        + "fVynMFhQez5yEDYn1XJYhdoQeW5ykyx6X623lm82B/W14X7HHaJC4a1nWr0QVO/CXZ4gxtX70E539hCOs6apxqH+sVU74dvBTJD4G/2FgS3JXzYi7Fx3AF99"
        + "RXM=";

    /// <summary>CRC-32 of <see cref="Zip"/>, by zlib.</summary>
    public const string Crc32 = "ac4204a9";
}
