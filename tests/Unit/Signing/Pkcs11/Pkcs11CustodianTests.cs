using Serverless.Signing;
using Serverless.Signing.Pkcs11;
using Serverless.Tests.Support.Hsm;

namespace Serverless.Tests.Unit.Signing.Pkcs11;

/// <summary>Which keys are taken, and what is said about the others.</summary>
public sealed class Pkcs11CustodianTests(SoftHsm hsm) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-pin-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, Action<SoftHsmToken>, string> Refused => new()
    {
        { "none", _ => { }, "There is no private key in " },
        { "elliptic", token => token.GenerateEc(HsmKey.Label), " is not an RSA key; the plugin accepts RSA-2048 only." },
        { "long", token => token.GenerateRsa(HsmKey.Label, bits: 4096), "The signing key has 4096 bits; the plugin accepts RSA-2048 only." },
        { "extractable", token => token.GenerateRsa(HsmKey.Label, isExtractable: true), " can leave the token (CKA_EXTRACTABLE); " },
        { "readable", token => token.GenerateRsa(HsmKey.Label, isSensitive: false), " can be read in plain (CKA_SENSITIVE is not set); " },
        { "for other uses", token => token.GenerateRsa(HsmKey.Label, canSign: false), " is not for signing (CKA_SIGN)." },
        { "two", token => { token.GenerateRsa(HsmKey.Label, id: [1]); token.GenerateRsa(HsmKey.Label, id: [2]); }, "There are 2 private keys in " },
    };

    [HsmTheory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Key_of_no_use_is_refused_in_one_sentence_that_names_the_setting(string kind, Action<SoftHsmToken> make, string sentence)
    {
        var token = hsm.CreateToken();
        make(token);

        var refusal = await RefusalAsync(HsmKey.Of(token));

        Assert.NotEmpty(kind);
        Assert.Contains(sentence, refusal, StringComparison.Ordinal);
        Assert.Contains($"'{token.Label}' under Signing:Pkcs11:KeyLabel 'releases'", refusal, StringComparison.Ordinal);
    }

    [HsmFact]
    public async Task Key_id_tells_keys_of_one_label_apart()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label, id: [0xA1]);
        token.GenerateRsa(HsmKey.Label, id: [0xB2]);
        var options = HsmKey.Of(token);

        options.KeyId = "a1";
        using var first = options.Custodian();
        var firstKey = Assert.Single(await first.GetKeysAsync(Cancellation));
        options.KeyId = "b2";
        using var second = options.Custodian();
        var secondKey = Assert.Single(await second.GetKeysAsync(Cancellation));

        Assert.NotEqual(firstKey.PublicKey.KeyId, secondKey.PublicKey.KeyId);
        Assert.NotNull(await secondKey.SignProvenAsync(new byte[] { 1 }, Cancellation));
    }

    [HsmFact]
    public async Task Every_label_is_a_key_that_signs_for_itself()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa("updates", id: [1]);
        token.GenerateRsa("updates-2", id: [2]);
        var options = HsmKey.Of(token);
        options.KeyLabel = "updates, updates-2";
        using var custodian = options.Custodian();

        var keys = await custodian.GetKeysAsync(Cancellation);

        Assert.Equal(2, keys.DistinctBy(key => key.PublicKey.KeyId).Count());
        foreach (var key in keys)
        {
            Assert.NotNull(await key.SignProvenAsync(new byte[] { 1 }, Cancellation));
        }

        options.KeyLabel = "updates-2, updates";
        using var reversed = options.Custodian();
        Assert.Equal(keys.Reverse().Select(key => key.PublicKey.KeyId), (await reversed.GetKeysAsync(Cancellation)).Select(key => key.PublicKey.KeyId));
    }

    [HsmFact]
    public async Task Extractable_key_is_taken_on_request()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label, isExtractable: true, isSensitive: false);
        var options = HsmKey.Of(token);
        options.AllowExtractable = true;
        using var custodian = options.Custodian();

        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));

        Assert.NotNull(await key.SignProvenAsync(new byte[] { 1 }, Cancellation));
    }

    [HsmFact]
    public async Task Wrong_pin_is_shown_to_the_token_once()
    {
        const string wrong = "000000";
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        var options = HsmKey.Of(token);
        options.Pin = null;
        options.PinFile = Path.Combine(_folder.FullName, "pin");
        await File.WriteAllTextAsync(options.PinFile, wrong + "\n", Cancellation);
        using var custodian = options.Custodian();
        var expected = $"The token '{token.Label}' refuses the PIN of Signing:Pkcs11:PinFile; it is not tried again, because a few wrong ones may lock the token.";

        Assert.Equal(expected, await RefusalAsync(custodian));
        token.ChangePin(wrong);

        // It would be right now, and is not tried.
        Assert.Equal(expected, await RefusalAsync(custodian));
        using var fresh = options.Custodian();
        Assert.Single(await fresh.GetKeysAsync(Cancellation));
    }

    [HsmFact]
    public async Task Pin_that_was_mended_in_its_file_is_taken_without_a_restart()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        var options = HsmKey.Of(token);
        options.Pin = null;
        options.PinFile = Path.Combine(_folder.FullName, "pin");
        await File.WriteAllTextAsync(options.PinFile, "000000", Cancellation);
        using var custodian = options.Custodian();
        await RefusalAsync(custodian);

        await File.WriteAllTextAsync(options.PinFile, SoftHsmToken.Pin, Cancellation);

        Assert.Single(await custodian.GetKeysAsync(Cancellation));
    }

    [HsmFact]
    public async Task Pin_is_in_no_message()
    {
        var token = hsm.CreateToken();
        var options = HsmKey.Of(token);
        options.Pin = "87654321";
        using var custodian = options.Custodian();

        var fault = await Assert.ThrowsAsync<CustodianException>(async () => await custodian.GetKeysAsync(Cancellation));

        Assert.DoesNotContain(options.Pin, fault.ToString(), StringComparison.Ordinal);
    }

    [HsmFact]
    public async Task Token_that_is_not_there_is_named()
    {
        var options = HsmKey.Of(hsm.CreateToken());
        options.TokenLabel = "elsewhere";

        Assert.Equal("There is no token 'elsewhere' (Signing:Pkcs11:TokenLabel) in any slot of Signing:Pkcs11:Library.", await RefusalAsync(options));
    }

    [HsmFact]
    public async Task Pin_file_that_is_not_there_is_named()
    {
        var options = HsmKey.Of(hsm.CreateToken());
        options.Pin = null;
        options.PinFile = Path.Combine(_folder.FullName, "nowhere");

        Assert.StartsWith($"The file '{options.PinFile}' (Signing:Pkcs11:PinFile) cannot be read: ", await RefusalAsync(options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/libhsm.so", "There is no such file.")]
    [InlineData("libnowhere.so", "Unable to load library")]
    public async Task Library_that_cannot_be_loaded_is_named(string library, string reason)
    {
        var options = new Pkcs11Options { Library = library, TokenLabel = "any", KeyLabel = "any", Pin = "any" };

        Assert.StartsWith($"The PKCS#11 library '{library}' (Signing:Pkcs11:Library) cannot be used: {reason}", await RefusalAsync(options), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> RefusalAsync(Pkcs11Options options)
    {
        using var custodian = options.Custodian();
        return await RefusalAsync(custodian);
    }

    private static async Task<string> RefusalAsync(Pkcs11Custodian custodian) =>
        (await Assert.ThrowsAsync<CustodianException>(async () => await custodian.GetKeysAsync(Cancellation))).Message;
}
