namespace Serverless.Signing;

/// <summary>The values of <c>Signing:Custodian</c>.</summary>
internal static class CustodianName
{
    public const string Local = "local";

    public const string Pkcs11 = "pkcs11";

    /// <summary>Only in the build for Azure Functions.</summary>
    public const string KeyVault = "keyvault";
}
