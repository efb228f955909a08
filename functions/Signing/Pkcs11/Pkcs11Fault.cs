using Net.Pkcs11Interop.Common;

namespace Serverless.Signing.Pkcs11;

/// <summary>What a token's return value means.</summary>
internal static class Pkcs11Fault
{
    /// <summary>True where session, login or token is gone and a new session may help.</summary>
    public static bool IsLost(Pkcs11Exception fault) => fault.RV is
        CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED or CKR.CKR_USER_NOT_LOGGED_IN
        or CKR.CKR_DEVICE_REMOVED or CKR.CKR_DEVICE_ERROR or CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_TOKEN_NOT_RECOGNIZED or CKR.CKR_SLOT_ID_INVALID
        or CKR.CKR_KEY_HANDLE_INVALID or CKR.CKR_OBJECT_HANDLE_INVALID;

    public static CustodianException Explain(Pkcs11Exception fault, Pkcs11Options options) => new(
        fault.RV switch
        {
            CKR.CKR_MECHANISM_INVALID or CKR.CKR_KEY_FUNCTION_NOT_PERMITTED or CKR.CKR_KEY_TYPE_INCONSISTENT =>
                $"The token '{options.TokenLabel}' (Signing:Pkcs11:TokenLabel) does not sign with CKM_RSA_PKCS and this key ({fault.RV}).",
            CKR.CKR_SESSION_COUNT => $"The token '{options.TokenLabel}' has no session left; lower Signing:Pkcs11:Sessions.",
            _ => $"The token '{options.TokenLabel}' (Signing:Pkcs11:TokenLabel) failed with {fault.RV} in {fault.Method}.",
        },
        fault);
}
