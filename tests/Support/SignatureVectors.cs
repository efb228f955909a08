namespace Serverless.Tests.Support;

/// <summary>
/// Made outside of .NET. The key, of no use but here, by <c>openssl genrsa</c>; the digest's signature by <c>openssl pkeyutl -sign -pkeyopt
/// rsa_padding_mode:pkcs1</c> over the bare bytes, and the same by Node's <c>crypto.privateEncrypt</c>, which made the others.
/// </summary>
public static class SignatureVectors
{
    public const string PrivateKey = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEpAIBAAKCAQEAz5rcxFkfvwoYdk0XMTvRZp3x7kadBfDBwVO9dU1qHgW4sS9F
        JYJ8TAVgBxdn4kguIJmIM68DGqaShhGJFea7Mv6LMdrE/PE4hOUMdV3ymlUSno1Q
        NxNMolEpRTmiHtm0QtVO3CNRu3oZWIjYbeAZYXKeZYHzxwm30lWDi19LwgooEP18
        Qhx0aZCaTZKrC45Sbp7tpT19LFUWSfd7zaYVU9KL1jPyJ4/uAxG5rRrtlXWB2cf2
        P7tYxama4hLqwgIXX+DSE31FDCy21aDQ6YZkRUWycim/q43Rq0Qk+JH07Am8itlQ
        GcPfgEV4rVsLVy7tifByStv3qiexjvik5Aw7/QIDAQABAoIBACcHcW0dZz06V+Z3
        sD5ChWfCFk9KKa+J91cR1+qjWumZgEMZRKncWeNN2GOE6DQPh1J8IrG6u33pZl77
        kXbTWYqo9YCyJPn7nHlJeVngR2Fx0G4L2ZJ9F5llYjmgL+UWXw/4e5qhrjYtanHt
        Sij/6i2ah4JEV9DpuAv8JR6Q1BR+jxviL8YIKS0A/OZIaX/u0WnTZ7VTYQIr+HXY
        XBaNsyR9XnuPGtpl/+T4PwLK+KDilMq6gTEQZOZSElCpvdfPRXFry96EY2RYstZx
        xkKVufWOIQ1sNI5srs4rIO4bLOqN9zWpLP8eFBSYccuu5cOjljopivUiHFGzhDMu
        uHPuU6kCgYEA7F4oIEqmOHQxR4ClN351RpSC8ANNIpUv+gAY0d1ztee/IZ6WHhLn
        SlZZGQfDqZWrXDitTSlAwqloiDPoPfHUa3TUi1dLwK7yYAvUyDDOJKav4MeTpRAH
        bL0Sc/BUqJ9WHReCb3T6PjpdtikoFIuPBWS+83AjhXnNeJK6hUWFpKUCgYEA4Nkg
        UqX81wK0BYbfliujLmxrzFUDCrld34WlgUsO1/N+9P1RI4ptEsEYpJJ0P0/BItVc
        F4lrtHUR9hm/oyUrEwJZxFDWuXZqAUi02MjX/GWdjSZkQg/ptUbVkLJh+ybXavPR
        KbQK0md0vD522MKW3bGpjE3wIxykjCJzJWMdonkCgYARc9ZUpA5n5rRoyifo1A6G
        upp8bFH6trdHJ1Ct1kMf8E+dhN8is1SemYeUoI0i7WksswagxuYAOY/9Vo/UWxHL
        KWI0M6rlPEWrL9RzP59I94HPAA13x5o0vjUpmFo35SPvm/fGkQWVKKwYsitCcReL
        V2f+A46r4VV5jKP3CS4X/QKBgQCBJ5dughQbOV1I83FJJGXGi9bb91UY+uNWOsGX
        5BJxr1eUyFGsNZ5zsGFEXy/REjHhnWcZygEJFlor4Bx5TSdR8v63Sqwcuk0n0ai4
        AZ43R/NZGd1rKRLY4whX5m9rwaLpt4XFC7tPosemPccsuZHJZHz8r+QpdxF5wWwc
        5LMoGQKBgQDC6p5qU/ubaxzJXoIMbZ/J7bWpFeY03rjpcT8/pOOcHGh4KvqEfKZ5
        lWOk3IQJrtEjaM9HLLeVAsFXyERdiKikeFtr2O3W4TE8VVblaMl413TEYYE3s7uQ
        1gXr0MUo1XMNGOUvjRqOqUOtPWFlht5DMqE7+MtXsnwFMaT8SQZWPA==
        -----END RSA PRIVATE KEY-----
        """;

    public const string PublicKey = """
        -----BEGIN RSA PUBLIC KEY-----
        MIIBCgKCAQEAz5rcxFkfvwoYdk0XMTvRZp3x7kadBfDBwVO9dU1qHgW4sS9FJYJ8
        TAVgBxdn4kguIJmIM68DGqaShhGJFea7Mv6LMdrE/PE4hOUMdV3ymlUSno1QNxNM
        olEpRTmiHtm0QtVO3CNRu3oZWIjYbeAZYXKeZYHzxwm30lWDi19LwgooEP18Qhx0
        aZCaTZKrC45Sbp7tpT19LFUWSfd7zaYVU9KL1jPyJ4/uAxG5rRrtlXWB2cf2P7tY
        xama4hLqwgIXX+DSE31FDCy21aDQ6YZkRUWycim/q43Rq0Qk+JH07Am8itlQGcPf
        gEV4rVsLVy7tifByStv3qiexjvik5Aw7/QIDAQAB
        -----END RSA PUBLIC KEY-----
        """;

    /// <summary>SHA-256 of the line <c>The bundle, byte by byte.</c> by <c>sha256sum</c>.</summary>
    public const string Digest = "e091ed75dd5893758cf0d318284bdeb64c39372c618ad6bf60635bf06cffbf22";

    /// <summary>Over the 32 bytes of <see cref="Digest"/>, hexadecimal.</summary>
    public const string SignedDigest =
        "8f4242bc5b3095d6f9983cbd4edaaa25ea287a673046d0351b76d8eaf7907fcb099f4a4d8bd6969a3a764e15263f7d07fd48ff833ad55696ecb83916"
        + "f8c2a86ba71b97abbdeb6d165f3900634fabce7328f01da25f7916564751f7acaab9fb50f72181a9325d14cc9aec4e05d4a0a736ad5b55f34b27bfe3"
        + "815ffd7afa6fd43bc6e7cf3bd5797332ea299c6966e6782de5ab70db6fef82e2c801bfb69976deb259b0612b97bd9d75f82f1e240bf33f3716c34b84"
        + "8ffed98d1d58d52523b2c313e6704ef83c342fbdc0346756651bab2136ba7dc4b6f6c22ca5523c64fd61d5ecb94ea2bdb25d67a0cb24f9fc301ca861"
        + "cc8a438797c207d3b59243c0474d966c";

    /// <summary>Over the 48 bytes that the digest's text is when read as base64, base64.</summary>
    public const string SignedText =
        "PViJAuo24zC/iiDItnvnmJSKxwJSeyZeWYtmMSL883MeD/xd9vQb6lNiAVFd6+vTR/0TEPc5R7EpNxjr7TIOcSvku7q8TSvwTNhfh7pZFrbCmoyDyD9t2T4s"
        + "9DuTFsl44XrCrRrZo2D3J+E/fU7MiZLwodue3w4sLcCT/VwbieRhH16Yil1pdi44bQQw84Mjotlm7KCtnRSQfknkvkhusLelI/KDism4cjoC5dSk33dctvoP"
        + "/nJheK82Dbfm92ZBMHtqaBRM5gBjT7oKX3J0ky+1ZsbBbT+EkFhAeRCc0GSf8DxQiwzBdqxrXDXmkhzlGnBLwgthRSBwGwW7+pT1zQ==";

    /// <summary>Over the bytes 0 to 15, base64.</summary>
    public const string SignedKey =
        "BFJWs0YSd/c5VSMGeGCCgfDBccxZweRpwY7Tauz9G+Vged/6KRiCJ5ev4gemiDd4Ue0KO+Ha2bkvMOgnQGa5qlrYmBK0+I1iVwXvtQ3V+vHzLlyqYmm9Mor9"
        + "o6ustmVXEkB3lWqmt82SidRH+5hGcGyPXYEgykhQsvwYMGNhQm0Cz+DwX/j4pQOoQwV2NoEDMH074aS28MbeY5uEHmbiz3pCaueXcRazVe7lFBMAJL28h5IC"
        + "QZ8OoudWqsI5dony6X20FKCx3AvyZX8OK2vBjcN11O9G9CbqOebIH0KLHbtgch65/oi96f0yg1dKVU3lOqdwI9/ZZ1ZI3eUtRA5vOA==";

    /// <summary>Over the one byte 7F, hexadecimal.</summary>
    public const string SignedByte =
        "89bbbe9ed16fcdf72bcfaac29c13f27e8c5e630e945d464e2365cf38d33e577f8c3c5dbf77625352c4f2467a9c6a60ad5f2fdc85e089b0f7922b2e40"
        + "4be931d26d0e73436c9915c3304d93329e1eef4b8562f7f4d034f50f9c4a025a45940e6fd3473d9c4bf8b7cc54b0bd2b9ff8deacaaccf2d2c1837e31"
        + "7718d03b702e2d9f397bed194641c9a4b7cd6a0bd7408e78f66484a2858545cdae3d0125c2ed1d181c85d9e76832689476a268b37bab7238579f8bc3"
        + "2c4a5e08e8fa40af7c192c3caf96b049ef22680e334a1e0537a72a49c8427def701a15133d98ee4a54a94014b7475e205863ed18869527fb4f6c15a8"
        + "80bdac2642dcb3bc49b0713f7f7101b1";

    /// <summary>Over 245 bytes 5A, the most that fit, hexadecimal.</summary>
    public const string SignedLongest =
        "91f2236d3b33dd663faabcdab945ebf7253afb54423801d014f1eb0ee92c961cd524d7ab07d5964abff129d61d4e2dee4c6dc1f6595fc04ab7b6e801"
        + "2d6f3754fd6e5048f4a2c18a2541d4c018242a33476f483b7187d4b7065f7e3405c738d920422ad25f758935c2751e57f63135c91359f6caee4606a4"
        + "0f4fa74394ef0e207cad9c366d4bbb596342e80131932a9414d313591f1db293f65b368e773527a12fb6076f1a4c3eb1a7b5d6928981ae8f042ff518"
        + "54a6b3e3e22dd27fe6e1de6e7af855ee6b95b0675f916fc1fa91dc236fa0ffa7b026becdf2235d6a5a5912cf936addbd49d18093fe73a1bf3df1a506"
        + "a555222f66e3b8bdd1b148db5299777e";
}
