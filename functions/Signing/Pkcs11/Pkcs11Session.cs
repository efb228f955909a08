using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>An open session and the key as this session knows it. For one caller at a time.</summary>
internal sealed record Pkcs11Session(ISession Session, IObjectHandle Key, SigningPublicKey PublicKey) : IDisposable
{
    /// <summary>The type-1 block over these very bytes: CKM_RSA_PKCS adds no DigestInfo (PKCS#11, mechanisms §2.1.6).</summary>
    /// <exception cref="Pkcs11Exception">The token did not sign.</exception>
    public byte[] Sign(byte[] payload)
    {
        using var mechanism = Session.Factories.MechanismFactory.Create(CKM.CKM_RSA_PKCS);
        return Session.Sign(mechanism, Key, payload);
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
