namespace Serverless.Tests.Unit.Releases.Documents;

/// <summary>A document made outside of .NET: the JSON by Python's <c>json.dumps</c>, its signature with the key of the signature vectors by <c>openssl dgst -sha256 -sign</c>.</summary>
internal static class DocumentVectors
{
    public const string Payload =
        "{\"app\":\"com.example.app\",\"version\":\"1.4.1+build.7\",\"sequence\":7,\"created\":\"2026-03-01T12:00:00+00:00\","
        + "\"uploadSha256\":\"ff4085ad157354dc8ea67a848e7c2270b4a19282713cf3a7ecf8e0ffbb159ed1\","
        + "\"zip\":{\"sha256\":\"4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2\",\"crc32\":\"00c0ffee\",\"size\":1000},"
        + "\"fileCount\":3,\"fileList\":\"3d7db37d08f9140fd09f12b9621cd0954b6d56a9d2f357fb2c7f5d62636d2fd1\","
        + "\"notes\":{\"notes\":\"Schöner, \\\"größer\\\" <b>\",\"minNative\":\"1.2.0\",\"link\":\"https://example.com/?a=1&b=2\",\"comment\":\"hotfix\"},"
        + "\"form\":{\"keyId\":\"MIIBCgKCAQEAz5rcxFkf\",\"sessionKey\":\"AAAAAAAAAAAAAAAAAAAAAA==:AA+/\",\"checksum\":\"ab\",\"legacyChecksum\":\"AA+/\","
        + "\"ciphertextSha256\":\"305531dcc50ebca31cf1d5b31e9fc76ed51f66b3b6dd5a030c6539ae6532f979\",\"ciphertextSize\":1008,\"fileList\":\"d89e52ecb1b03341a2ee45aa75f08754a8bd3b93567befb35e0930333485ee42\"}}";

    public const string Jws =
        "eyJhbGciOiJSUzI1NiIsInR5cCI6InJlbGVhc2UrandzIiwia2lkIjoiTUlJQkNnS0NBUUVBejVyY3hGa2YifQ.eyJhcHAiOiJjb20uZXhhbXBsZS5hcHAiLCJ2Z"
        + "XJzaW9uIjoiMS40LjErYnVpbGQuNyIsInNlcXVlbmNlIjo3LCJjcmVhdGVkIjoiMjAyNi0wMy0wMVQxMjowMDowMCswMDowMCIsInVwbG9hZFNoYTI1NiI6ImZmN"
        + "DA4NWFkMTU3MzU0ZGM4ZWE2N2E4NDhlN2MyMjcwYjRhMTkyODI3MTNjZjNhN2VjZjhlMGZmYmIxNTllZDEiLCJ6aXAiOnsic2hhMjU2IjoiNGE3MGZlOWFhNjQzN"
        + "mUwMmMyZGVhMzQwZmJkMWUzNTJlNGVmMmQ4Y2U2Y2E1MmFkMjVkNGI5NTQ3MWZjOGJmMiIsImNyYzMyIjoiMDBjMGZmZWUiLCJzaXplIjoxMDAwfSwiZmlsZUNvd"
        + "W50IjozLCJmaWxlTGlzdCI6IjNkN2RiMzdkMDhmOTE0MGZkMDlmMTJiOTYyMWNkMDk1NGI2ZDU2YTlkMmYzNTdmYjJjN2Y1ZDYyNjM2ZDJmZDEiLCJub3RlcyI6e"
        + "yJub3RlcyI6IlNjaMO2bmVyLCBcImdyw7bDn2VyXCIgPGI-IiwibWluTmF0aXZlIjoiMS4yLjAiLCJsaW5rIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS8_YT0xJmI9M"
        + "iIsImNvbW1lbnQiOiJob3RmaXgifSwiZm9ybSI6eyJrZXlJZCI6Ik1JSUJDZ0tDQVFFQXo1cmN4RmtmIiwic2Vzc2lvbktleSI6IkFBQUFBQUFBQUFBQUFBQUFBQ"
        + "UFBQUE9PTpBQSsvIiwiY2hlY2tzdW0iOiJhYiIsImxlZ2FjeUNoZWNrc3VtIjoiQUErLyIsImNpcGhlcnRleHRTaGEyNTYiOiIzMDU1MzFkY2M1MGViY2EzMWNmM"
        + "WQ1YjMxZTlmYzc2ZWQ1MWY2NmIzYjZkZDVhMDMwYzY1MzlhZTY1MzJmOTc5IiwiY2lwaGVydGV4dFNpemUiOjEwMDgsImZpbGVMaXN0IjoiZDg5ZTUyZWNiMWIwM"
        + "zM0MWEyZWU0NWFhNzVmMDg3NTRhOGJkM2I5MzU2N2JlZmIzNWUwOTMwMzMzNDg1ZWU0MiJ9fQ.iNke4Or5eUTyfmwqdaNI6Q8TGa8kSys7-Fy0z2abedAcZEuIY6"
        + "m78UuWxlsI9JXq2DUBMpKkO6qDGm0vBlAbL99KHio_3UUZRzII3TYNkEMoMkRGFqLMO2Hbd0D-ckHy5KDtJqYpSYUQ4-pR1wclMG9RTOGY1aTHVCFD-APh4LNzl6"
        + "kbMJJSxJI3h6llUcYwOsVbvb-eEKp5ODYz2dRk_4vlT9cnkPoeTMlelzIBfq5Z5VQrR6GYtK5BrWmTUjAEGJ3C-WCGYqeUUO6BRPyan6bh43DozzE378M3dzI13E"
        + "_QjQD4GKxsOZ78kPx8Bj-QavmCb6lwiAHOKqexqRfebQ";
}
