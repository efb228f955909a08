using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;

namespace Serverless.Tests.Support.Hsm;

/// <summary>A token, as its security officer sees it.</summary>
public sealed class SoftHsmToken
{
    public const string Pin = "135790";

    private const string OfficerPin = "officer-pin";
    private static readonly byte[] PublicExponent = [1, 0, 1];

    /// <summary>The curve P-256 as DER.</summary>
    private static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private readonly ISlot _slot;
    private readonly DirectoryInfo _folder;
    private readonly IObjectAttributeFactory _attributes;

    private SoftHsmToken(ISlot slot, string label, DirectoryInfo folder)
    {
        _slot = slot;
        _folder = folder;
        _attributes = slot.Factories.ObjectAttributeFactory;
        Label = label;
    }

    public string Label { get; }

    /// <summary>The server's settings for a key in this token, in the form of environment variables.</summary>
    public IReadOnlyDictionary<string, string?> Settings(string keyLabel) => new Dictionary<string, string?>
    {
        ["Signing__Custodian"] = "pkcs11",
        ["Signing__Pkcs11__Library"] = SoftHsm.Library,
        ["Signing__Pkcs11__TokenLabel"] = Label,
        ["Signing__Pkcs11__KeyLabel"] = keyLabel,
        ["Signing__Pkcs11__Pin"] = Pin,
    };

    /// <summary>Makes an RSA pair inside the token; unless told otherwise the private half cannot leave it.</summary>
    public void GenerateRsa(
        string label, int bits = 2048, byte[]? id = null, bool isExtractable = false, bool isSensitive = true, bool canSign = true, bool hasPublicObject = true) => InSession(session =>
    {
        using var mechanism = session.Factories.MechanismFactory.Create(CKM.CKM_RSA_PKCS_KEY_PAIR_GEN);
        session.GenerateKeyPair(
            mechanism,
            [
                _attributes.Create(CKA.CKA_TOKEN, hasPublicObject), _attributes.Create(CKA.CKA_LABEL, label), _attributes.Create(CKA.CKA_ID, id ?? []),
                _attributes.Create(CKA.CKA_VERIFY, true), _attributes.Create(CKA.CKA_MODULUS_BITS, (ulong)bits), _attributes.Create(CKA.CKA_PUBLIC_EXPONENT, PublicExponent),
            ],
            PrivateTemplate(label, id, isExtractable, isSensitive, canSign),
            out _,
            out _);
    });

    public void GenerateEc(string label) => InSession(session =>
    {
        using var mechanism = session.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN);
        session.GenerateKeyPair(
            mechanism,
            [_attributes.Create(CKA.CKA_TOKEN, true), _attributes.Create(CKA.CKA_LABEL, label), _attributes.Create(CKA.CKA_EC_PARAMS, P256)],
            PrivateTemplate(label, id: null, isExtractable: false, isSensitive: true, canSign: true),
            out _,
            out _);
    });

    /// <summary>Puts a key into the token that was made elsewhere, to compare signatures with known ones.</summary>
    public void Import(string label, RSAParameters key) => InSession(session => session.CreateObject(
    [
        _attributes.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY), _attributes.Create(CKA.CKA_KEY_TYPE, CKK.CKK_RSA),
        .. PrivateTemplate(label, id: null, isExtractable: false, isSensitive: true, canSign: true),
        _attributes.Create(CKA.CKA_MODULUS, key.Modulus), _attributes.Create(CKA.CKA_PUBLIC_EXPONENT, key.Exponent), _attributes.Create(CKA.CKA_PRIVATE_EXPONENT, key.D),
        _attributes.Create(CKA.CKA_PRIME_1, key.P), _attributes.Create(CKA.CKA_PRIME_2, key.Q),
        _attributes.Create(CKA.CKA_EXPONENT_1, key.DP), _attributes.Create(CKA.CKA_EXPONENT_2, key.DQ), _attributes.Create(CKA.CKA_COEFFICIENT, key.InverseQ),
    ]));

    public void ChangePin(string pin) => InSession(session => session.SetPin(Pin, pin));

    /// <summary>Ends every session of this process, as a token does that was reset.</summary>
    public void CloseAllSessions() => _slot.CloseAllSessions();

    /// <summary>Ends the login of this process and leaves its sessions open.</summary>
    public void LogOut()
    {
        using var session = _slot.OpenSession(SessionType.ReadOnly);
        session.Logout();
    }

    /// <summary>Takes the token out, for good.</summary>
    public void Unplug() => _folder.Delete(recursive: true);

    internal static SoftHsmToken Create(IPkcs11Library library, string label, Func<DirectoryInfo> folder)
    {
        library.GetSlotList(SlotsType.WithTokenPresent).First(slot => LabelOf(slot) == "").InitToken(OfficerPin, label);
        var slot = library.GetSlotList(SlotsType.WithTokenPresent).Single(slot => LabelOf(slot) == label);
        using var session = slot.OpenSession(SessionType.ReadWrite);
        session.Login(CKU.CKU_SO, OfficerPin);
        session.InitPin(Pin);
        return new SoftHsmToken(slot, label, folder());
    }

    // Empty for one that is not made yet. An unplugged token stays in its slot and fails.
    private static string? LabelOf(ISlot slot)
    {
        try
        {
            var token = slot.GetTokenInfo();
            return token.TokenFlags.TokenInitialized ? token.Label : "";
        }
        catch (Pkcs11Exception)
        {
            return null;
        }
    }

    private List<IObjectAttribute> PrivateTemplate(string label, byte[]? id, bool isExtractable, bool isSensitive, bool canSign) =>
    [
        _attributes.Create(CKA.CKA_TOKEN, true), _attributes.Create(CKA.CKA_PRIVATE, true), _attributes.Create(CKA.CKA_LABEL, label), _attributes.Create(CKA.CKA_ID, id ?? []),
        _attributes.Create(CKA.CKA_SENSITIVE, isSensitive), _attributes.Create(CKA.CKA_EXTRACTABLE, isExtractable), _attributes.Create(CKA.CKA_SIGN, canSign),
    ];

    private void InSession(Action<ISession> work)
    {
        using var session = _slot.OpenSession(SessionType.ReadWrite);
        session.Login(CKU.CKU_USER, Pin);
        work(session);
    }
}
