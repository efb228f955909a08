using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Storage.Queues.Models;
using Serverless.Device;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Stories;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Hsm;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.EndToEnd;

/// <summary>Who signs, chosen by settings: the server's start, its health, and the commands that look at keys.</summary>
public sealed class CustodianTests(AzuriteFixture azurite, SoftHsm hsm) : IClassFixture<AzuriteFixture>, IDisposable
{
    private const string KeyLabel = "releases";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-custodian-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [HsmFact]
    public async Task Device_installs_what_the_hsm_signed()
    {
        const string app = "com.example.hsm";
        await using var deployment = await Deployment.StartAsync([.. HsmSettings(NewToken()), AzuriteStorage()]);
        var bundle = Path.Combine(_folder.FullName, "1.0.0.zip");
        await File.WriteAllBytesAsync(bundle, WebBundle.Small("1.0.0").Zip(), Cancellation);

        var push = await deployment.PushAsync(bundle, app, "1.0.0");
        Assert.True(push.ExitCode == 0, push.Output);

        var key = await deployment.ReadPublicKeyAsync(app);
        var device = new StoryDevice(deployment.DeviceOf(app) with { PublicKey = key }, deployment.Http);
        Assert.Equal(LaunchOutcome.Ready, await device.UpdateAsync());
        Assert.Equal("1.0.0", device.Running);
        Assert.Equal("ok", (await deployment.Http.GetFromJsonAsync<JsonElement>(new Uri(deployment.Server.Address, "api/health/signing"), Cancellation)).GetProperty("status").GetString());
        Assert.False(File.Exists(Path.Combine(deployment.DataFolder, "keys", "signing-key.pem")));
        Assert.DoesNotContain(SoftHsmToken.Pin, string.Join('\n', deployment.Output), StringComparison.Ordinal);
    }

    [HsmFact]
    public async Task Health_fails_without_a_cause_when_the_token_is_gone_and_devices_are_still_served()
    {
        var token = NewToken();
        await using var deployment = await Deployment.StartAsync([.. HsmSettings(token), AzuriteStorage()]);

        token.Unplug();

        using var health = await deployment.Http.GetAsync(new Uri(deployment.Server.Address, "api/health/signing"), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("""{"status":"failing","message":"The custodian does not sign; the log says why."}""", await health.Content.ReadAsStringAsync(Cancellation));
        using var alive = await deployment.Http.GetAsync(new Uri(deployment.Server.Address, "api/health"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Contains(deployment.Output, line => line.Contains($"'{token.Label}' (Signing:Pkcs11:TokenLabel)", StringComparison.Ordinal));
    }

    [HsmFact]
    public async Task Upload_that_cannot_be_signed_is_tried_five_times_and_then_poison_and_each_time_the_log_names_the_setting()
    {
        const string upload = "com.example.unplugged/production/1.0.0.zip";
        var token = NewToken();
        await using var deployment = await Deployment.StartAsync([
            .. Deployment.Quick, .. HsmSettings(token), AzuriteStorage(), new("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:00")]);
        token.Unplug();

        await azurite.Container(Containers.Uploads).GetBlobClient(upload).UploadAsync(new BinaryData(WebBundle.Small("1.0.0").Zip()), Cancellation);

        await Eventually.True(async () => (await PeekPoisonAsync()).Contains(upload, StringComparison.Ordinal), "The poison queue should have the upload.");
        await Eventually.True(() => deployment.Output.Any(line => line.Contains("gave up", StringComparison.Ordinal)), "The log should say so.");
        var sentence = $"There is no token '{token.Label}' (Signing:Pkcs11:TokenLabel) in any slot of Signing:Pkcs11:Library.";
        Assert.Equal(5, deployment.Output.Count(line => line.Contains($"{upload} is not published: {sentence}", StringComparison.Ordinal)));
        Assert.Matches($@"Intake gave up on the message \S+, which is now in the queue webjobs-blobtrigger-poison: {Regex.Escape(sentence)}", string.Join('\n', deployment.Output));
        Assert.True(await azurite.Container(Containers.Uploads).GetBlobClient(upload).ExistsAsync(Cancellation));
        Assert.False((await new StoredState(azurite.ConnectionString).Catalog.ReadAppAsync(StoredState.Id("com.example.unplugged"), Cancellation)).Exists);
    }

    [HsmFact]
    public async Task Key_of_the_wrong_size_stops_the_start_in_one_sentence()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(KeyLabel, bits: 3072);

        var start = await RunAsync(["--urls", "http://127.0.0.1:0"], HsmSettings(token));

        Assert.Equal(1, start.ExitCode);
        Assert.EndsWith(
            $"The key in the token '{token.Label}' under Signing:Pkcs11:KeyLabel '{KeyLabel}' is of no use: The signing key has 3072 bits; the plugin accepts RSA-2048 only.",
            start.Output.TrimEnd(),
            StringComparison.Ordinal);
    }

    [HsmFact]
    public async Task Wrong_pin_stops_the_start_in_one_sentence()
    {
        var token = NewToken();

        var start = await RunAsync(["--urls", "http://127.0.0.1:0"], [.. HsmSettings(token), new("Signing__Pkcs11__Pin", "000000")]);

        Assert.Equal(1, start.ExitCode);
        Assert.EndsWith(
            $"The token '{token.Label}' refuses the PIN of Signing:Pkcs11:Pin; it is not tried again, because a few wrong ones may lock the token.",
            start.Output.TrimEnd(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", start.Output, StringComparison.Ordinal);
    }

    [HsmFact]
    public async Task Keys_in_the_hsm_are_checked()
    {
        var check = await RunAsync(["keys", "check"], HsmSettings(NewToken()));

        Assert.True(check.ExitCode == 0, check.Output);
        Assert.Matches(@"\AKey MII[\w+/]{17}, custodian pkcs11\n  plugin  signs, and devices will open it\n  RS256   signs, and it verifies\z", check.StandardOutput);
    }

    [HsmFact]
    public async Task Check_that_cannot_reach_the_key_says_why()
    {
        var token = NewToken();

        var check = await RunAsync(["keys", "check"], [.. HsmSettings(token), new("Signing__Pkcs11__KeyLabel", "other")]);

        Assert.Equal(
            (1, $"There is no private key in the token '{token.Label}' under Signing:Pkcs11:KeyLabel 'other'."), (check.ExitCode, check.Output.TrimEnd()));
    }

    [Fact]
    public async Task Development_key_is_checked_and_shown_as_apps_carry_it()
    {
        var check = await RunAsync(["keys", "check"]);
        var show = await RunAsync(["keys", "show"]);

        Assert.True(check.ExitCode == 0, check.Output);
        Assert.True(show.ExitCode == 0, show.Output);
        var pem = JsonDocument.Parse($"{{{show.StandardOutput}}}").RootElement.GetProperty("publicKey").GetString()!;
        Assert.StartsWith($"Key {Device.Bundles.RsaPublicKey.Parse(pem).KeyId(20)}, custodian local", check.StandardOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Signing__Custodian", "safe", "Signing:Custodian must be local, pkcs11 or keyvault.")]
    [InlineData("Signing__Custodian", "keyvault", "Signing:Custodian is keyvault, which only the build for Azure Functions has; choose pkcs11 or local.")]
    [InlineData("Signing__SignaturesPerSecond", "-1", "Signing:SignaturesPerSecond must be between 0 and 100000.")]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=AAAA;EndpointSuffix=core.windows.net",
        "Signing:Custodian is local, which is for development, and AzureWebJobsStorage names the real account 'contoso': "
        + "choose a vault or an HSM, or set Signing:AllowLocalKeyInProduction.")]
    public async Task Wrong_custodian_stops_the_start_in_one_sentence(string setting, string value, string sentence)
    {
        var start = await RunAsync(["--urls", "http://127.0.0.1:0"], new KeyValuePair<string, string?>(setting, value));

        Assert.Equal((1, sentence), (start.ExitCode, start.Output.Trim()));
    }

    [Fact]
    public async Task Settings_that_an_hsm_needs_are_asked_for()
    {
        var start = await RunAsync(["--urls", "http://127.0.0.1:0"], new KeyValuePair<string, string?>("Signing__Custodian", "pkcs11"));

        Assert.Equal(1, start.ExitCode);
        Assert.Equal(
            [
                "Signing:Pkcs11:KeyLabel or Signing:Pkcs11:KeyId must say which key signs.",
                "Signing:Pkcs11:Library must name the PKCS#11 library of the HSM.",
                "Signing:Pkcs11:Pin or Signing:Pkcs11:PinFile must give the token's PIN, one of them alone.",
                "Signing:Pkcs11:TokenLabel must be the label of the token that holds the signing key.",
            ],
            start.Output.Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string> PeekPoisonAsync()
    {
        var queue = azurite.Queue("webjobs-blobtrigger-poison");
        if (!await queue.ExistsAsync(Cancellation))
        {
            return "";
        }

        PeekedMessage[] messages = await queue.PeekMessagesAsync(maxMessages: 32, Cancellation);
        return string.Concat(messages.Select(message => message.Body));
    }

    private SoftHsmToken NewToken()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(KeyLabel);
        return token;
    }

    private IEnumerable<KeyValuePair<string, string?>> HsmSettings(SoftHsmToken token) => [.. token.Settings(KeyLabel), hsm.Environs];

    private KeyValuePair<string, string?> AzuriteStorage() => new("AzureWebJobsStorage", azurite.ConnectionString);

    /// <param name="arguments">Of the program.</param>
    /// <param name="settings">In the form of environment variables; the last of a name counts.</param>
    private Task<CommandRun> RunAsync(IReadOnlyList<string> arguments, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var environment = new Dictionary<string, string?> { ["DataFolder"] = _folder.FullName, ["AzureWebJobsStorage"] = azurite.ConnectionString };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return CommandRun.RunAsync(arguments, environment, cancellationToken: Cancellation);
    }
}
