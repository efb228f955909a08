using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>An open session and the keys as this session knows them. For one caller at a time.</summary>
internal sealed record Pkcs11Session(ISession Session, IReadOnlyList<(IObjectHandle Handle, SigningPublicKey PublicKey)> Keys) : IDisposable
{
    /// <summary>In the order of the settings.</summary>
    public IReadOnlyList<SigningPublicKey> PublicKeys => [.. Keys.Select(key => key.PublicKey)];

    /// <summary>The type-1 block over these very bytes: CKM_RSA_PKCS adds no DigestInfo (PKCS#11, mechanisms §2.1.6).</summary>
    /// <exception cref="CustodianException">The key is no longer the one that was found first.</exception>
    /// <exception cref="Pkcs11Exception">The token did not sign.</exception>
    public byte[] Sign(string keyId, byte[] payload)
    {
        var key = Keys.FirstOrDefault(key => key.PublicKey.KeyId == keyId).Handle
            ?? throw new CustodianException($"The key {keyId} is not in the token any more; restart the server if it was replaced.");
        using var mechanism = Session.Factories.MechanismFactory.Create(CKM.CKM_RSA_PKCS);
        return Session.Sign(mechanism, key, payload);
    }

    public void Dispose() => Close(Session);

    /// <summary>Closes a session that may be dead already.</summary>
    public static void Close(ISession session)
    {
        try
        {
            session.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // Whatever took the session has closed it.
        }
    }
}
