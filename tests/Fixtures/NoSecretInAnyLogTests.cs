using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.Fixtures;

public sealed class NoSecretInAnyLogTests
{
    private const string Device = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

    [Theory]
    [InlineData($$"""{"app_id":"com.example.app","device_id":"{{Device}}"}""", Device)]
    [InlineData($"http://127.0.0.1/api/channel_self?platform=ios&device_id={Device}", Device)]
    [InlineData($"http://127.0.0.1/api/manage/apps/com.example.app/devices/{Device}/explain", Device)]
    [InlineData("""{"custom_id":"customer-4711"}""", "customer-4711")]
    [InlineData("""{"url":"http://127.0.0.1/zip?sp=r&sig=c2lnbmF0dXJl%3D"}""", "c2lnbmF0dXJl%3D")]
    public void What_is_secret_in_a_body_or_an_address_is_found_in_a_log(string sent, string secret)
    {
        UsedSecrets.AddFrom(sent);

        Assert.Contains(secret, UsedSecrets.All);
        Assert.Equal([$"12:00:00 info: X[0] {secret.ToUpperInvariant()}!"], NoSecretInAnyLog.Find(["nothing", $"12:00:00 info: X[0] {secret.ToUpperInvariant()}!"], [secret]));
    }

    [Theory]
    [InlineData("GET http://127.0.0.1/zip?sp=r&sig=c2ln")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----")]
    [InlineData("whsec_MfKQ9r8G")]
    public void What_is_secret_by_its_shape_is_found_whoever_made_it(string line) => Assert.Single(NoSecretInAnyLog.Find([line, "1.4.1 was published"], []));
}
