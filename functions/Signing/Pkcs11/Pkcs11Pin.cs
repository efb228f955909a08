using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>Logs in to a token. A PIN that was refused is never shown to it again: a token locks itself after a few.</summary>
internal sealed class Pkcs11Pin(Pkcs11Options options)
{
    private string? _refused;

    /// <summary>Does nothing where the process is logged in already. Not to be called concurrently.</summary>
    /// <exception cref="CustodianException">The PIN is wrong, locked, or not to be read.</exception>
    public void LogIn(ISession session)
    {
        var pin = Read();
        if (pin == _refused)
        {
            throw Refused();
        }

        try
        {
            session.Login(CKU.CKU_USER, Encoding.UTF8.GetBytes(pin));
        }
        catch (Pkcs11Exception e) when (e.RV is CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // One login is good for every session of the process.
        }
        catch (Pkcs11Exception e) when (e.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE)
        {
            _refused = pin;
            throw Refused(e);
        }
        catch (Pkcs11Exception e) when (e.RV is CKR.CKR_PIN_LOCKED or CKR.CKR_PIN_EXPIRED or CKR.CKR_USER_PIN_NOT_INITIALIZED)
        {
            throw new CustodianException($"The token '{options.TokenLabel}' takes no PIN ({e.RV}); its security officer must set one anew.", e);
        }
    }

    private CustodianException Refused(Pkcs11Exception? cause = null) => new(
        $"The token '{options.TokenLabel}' refuses the PIN of {Setting}; it is not tried again, because a few wrong ones may lock the token.", cause);

    private string Setting => string.IsNullOrEmpty(options.PinFile) ? "Signing:Pkcs11:Pin" : "Signing:Pkcs11:PinFile";

    private string Read()
    {
        if (string.IsNullOrEmpty(options.PinFile))
        {
            return options.Pin!;
        }

        try
        {
            return File.ReadAllText(options.PinFile).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CustodianException($"The file '{options.PinFile}' (Signing:Pkcs11:PinFile) cannot be read: {e.Message}", e);
        }
    }
}
