using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>Finds a signing key in a token and refuses one that could not, or should not, sign for devices.</summary>
/// <param name="options">Of the token.</param>
/// <param name="label">The key's CKA_LABEL; null where its CKA_ID alone names it.</param>
internal sealed class Pkcs11KeySearch(Pkcs11Options options, string? label)
{
    private string Where => $"the token '{options.TokenLabel}' under {string.Join(" and ", Settings)}";

    private IEnumerable<string> Settings =>
        new (string Name, string? Value)[] { ("Signing:Pkcs11:KeyLabel", label), ("Signing:Pkcs11:KeyId", options.KeyId) }
            .Where(setting => !string.IsNullOrEmpty(setting.Value))
            .Select(setting => $"{setting.Name} '{setting.Value}'");

    /// <exception cref="CustodianException">There is no such key, more than one, or one of the wrong kind.</exception>
    public (IObjectHandle Key, SigningPublicKey PublicKey) Find(ISession session)
    {
        var key = FindAll(session, CKO.CKO_PRIVATE_KEY) switch
        {
            [var only] => only,
            [] => throw new CustodianException($"There is no private key in {Where}."),
            var several => throw new CustodianException($"There are {several.Count} private keys in {Where}; set Signing:Pkcs11:KeyId to the CKA_ID of one."),
        };
        using var attributes = Pkcs11Attributes.Read(
            session, key, CKA.CKA_KEY_TYPE, CKA.CKA_SIGN, CKA.CKA_SENSITIVE, CKA.CKA_EXTRACTABLE, CKA.CKA_MODULUS, CKA.CKA_PUBLIC_EXPONENT);
        if (FindDefect(attributes) is { } defect)
        {
            throw new CustodianException($"The key in {Where} {defect}.");
        }

        return (key, ReadPublicKey(session, attributes));
    }

    private string? FindDefect(Pkcs11Attributes key) => key switch
    {
        _ when key.Number(CKA.CKA_KEY_TYPE) != (ulong)CKK.CKK_RSA => "is not an RSA key; the plugin accepts RSA-2048 only",
        _ when key.Flag(CKA.CKA_SIGN) is not true => "is not for signing (CKA_SIGN)",
        _ when options.AllowExtractable => null,
        _ when key.Flag(CKA.CKA_SENSITIVE) is not true => "can be read in plain (CKA_SENSITIVE is not set); make one inside the token, or set Signing:Pkcs11:AllowExtractable",
        _ when key.Flag(CKA.CKA_EXTRACTABLE) is not false => "can leave the token (CKA_EXTRACTABLE); make one inside the token, or set Signing:Pkcs11:AllowExtractable",
        _ => null,
    };

    private SigningPublicKey ReadPublicKey(ISession session, Pkcs11Attributes key)
    {
        var parameters = ReadParameters(key) ?? ReadPublicObject(session)
            ?? throw new CustodianException($"The private key in {Where} does not tell its public half, and there is no public key object beside it.");
        try
        {
            using var rsa = RSA.Create(parameters);
            return SigningPublicKey.From(rsa);
        }
        catch (CryptographicException e)
        {
            throw new CustodianException($"The key in {Where} is of no use: {e.Message}", e);
        }
    }

    private RSAParameters? ReadPublicObject(ISession session)
    {
        if (FindAll(session, CKO.CKO_PUBLIC_KEY) is not [var only])
        {
            return null;
        }

        using var attributes = Pkcs11Attributes.Read(session, only, CKA.CKA_MODULUS, CKA.CKA_PUBLIC_EXPONENT);
        return ReadParameters(attributes);
    }

    private static RSAParameters? ReadParameters(Pkcs11Attributes key) =>
        key.Bytes(CKA.CKA_MODULUS) is { } modulus && key.Bytes(CKA.CKA_PUBLIC_EXPONENT) is { } exponent
            ? new RSAParameters { Modulus = WithoutSign(modulus), Exponent = WithoutSign(exponent) }
            : null;

    // Some tokens keep the zero that DER puts before a number with its highest bit set.
    private static byte[] WithoutSign(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();

    private List<IObjectHandle> FindAll(ISession session, CKO kind)
    {
        var attributes = session.Factories.ObjectAttributeFactory;
        var template = new List<IObjectAttribute> { attributes.Create(CKA.CKA_CLASS, kind) };
        if (label is not null)
        {
            template.Add(attributes.Create(CKA.CKA_LABEL, label));
        }

        if (!string.IsNullOrEmpty(options.KeyId))
        {
            template.Add(attributes.Create(CKA.CKA_ID, Convert.FromHexString(options.KeyId)));
        }

        try
        {
            return session.FindAllObjects(template);
        }
        finally
        {
            template.ForEach(attribute => attribute.Dispose());
        }
    }
}
