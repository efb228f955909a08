using System.Security.Cryptography.X509Certificates;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Tests.Support.Certificates;

namespace Serverless.Tests.Unit.Devices.Authentication;

public sealed class ClientCertificateTests : IDisposable
{
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    private static readonly Pepper Pepper = new(new byte[32]);

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static readonly AppId App = AppId.TryParse("com.example.app", out var app) ? app : default;

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new();

    [Fact]
    public void Certificate_of_the_apps_own_authority_speaks_for_any_device()
    {
        using var certificate = _authority.IssueToDevice("anything");

        var admission = Judge(certificate, Trust());

        Assert.Equal(("client_certificate", false, null), (admission.Method, admission.IsRefused, admission.Only));
    }

    [Fact]
    public void Certificate_of_another_authority_of_the_same_name_is_refused()
    {
        using var certificate = _stranger.IssueToDevice("anything");

        Assert.Equal("certificate_untrusted", Judge(certificate, Trust()).Method);
        Assert.Equal("certificate_untrusted", Judge(certificate, trust: null).Method);
    }

    [Fact]
    public void Certificate_for_servers_is_refused()
    {
        using var certificate = _authority.Issue("device.example.com");

        Assert.Equal("certificate_purpose", Judge(certificate, Trust()).Method);
    }

    [Fact]
    public void Authority_is_no_device() => Assert.Equal("certificate_purpose", Judge(_authority.Issuing, Trust()).Method);

    [Fact]
    public void Certificate_whose_time_is_over_is_refused()
    {
        using var certificate = _authority.Issue("device.example.com", DeviceCertificates.ClientAuthentication, notAfter: Now.AddDays(-1));

        Assert.Equal("certificate_time", Judge(certificate, Trust()).Method);
        Assert.False(Judge(certificate, Trust(), Now.AddDays(-2)).IsRefused);
    }

    [Fact]
    public void Revoked_certificate_is_refused_and_the_others_are_not()
    {
        using var revoked = _authority.IssueToDevice("one");
        using var good = _authority.IssueToDevice("two");
        var trust = Trust(lists: [_authority.RevocationList(Now.AddDays(1), revoked)]);

        Assert.Equal("certificate_revoked", Judge(revoked, trust).Method);
        Assert.False(Judge(good, trust).IsRefused);
    }

    [Fact]
    public void Revocation_list_whose_next_is_overdue_vouches_for_nobody()
    {
        using var certificate = _authority.IssueToDevice("one");
        var trust = Trust(lists: [_authority.RevocationList(Now.AddDays(1))]);

        Assert.False(Judge(certificate, trust).IsRefused);
        Assert.Equal("revocation_list_expired", Judge(certificate, trust, Now.AddDays(2)).Method);
    }

    [Theory]
    [InlineData(Device)]
    [InlineData("44F128A5-AC7A-4C9A-BE4C-224B6BF81B20")]
    public void Bound_certificate_speaks_for_its_device_alone(string name)
    {
        using var byName = _authority.IssueToDevice(name);
        using var byUri = _authority.IssueToDevice("anything", $"urn:uuid:{name}", "https://example.com/");
        var expected = DevicePseudonym.Of(App, Device, Pepper);

        Assert.Equal(expected, Judge(byName, Trust(CertificateBinding.CommonName)).Only);
        Assert.Equal(expected, Judge(byUri, Trust(CertificateBinding.SubjectUri)).Only);
        Assert.False(Judge(byName, Trust(CertificateBinding.CommonName)).Includes(DevicePseudonym.Of(App, "0c2f7f0e-6f0c-4b6e-9d0a-6a3f0a1f2b3c", Pepper)));
    }

    [Fact]
    public void Certificate_that_names_no_device_or_two_is_refused()
    {
        using var nobody = _authority.IssueToDevice("anything");
        using var two = _authority.IssueToDevice("anything", $"urn:uuid:{Device}", "urn:uuid:0c2f7f0e-6f0c-4b6e-9d0a-6a3f0a1f2b3c");

        Assert.Equal("certificate_names_no_device", Judge(nobody, Trust(CertificateBinding.CommonName)).Method);
        Assert.Equal("certificate_names_no_device", Judge(nobody, Trust(CertificateBinding.SubjectUri)).Method);
        Assert.Equal("certificate_names_no_device", Judge(two, Trust(CertificateBinding.SubjectUri)).Method);
    }

    [Fact]
    public void Settings_come_back_as_they_were_told()
    {
        var settings = new AuthenticationSettings(
            [AuthenticationMethod.ClientCertificate], new CertificateSettings([_authority.Pem()], [_authority.RevocationList(Now.AddDays(1))], CertificateBinding.CommonName));

        Assert.Null(AuthenticationEdit.Apply(settings, DeviceAuthentication.Anonymous, out var first));
        Assert.Null(AuthenticationEdit.Apply(settings with { ClientCertificates = AuthenticationEdit.Describe(first.Certificates) }, DeviceAuthentication.Anonymous, out var second));

        Assert.Equal((2, 1), (first.Certificates!.Authorities.Length, first.Certificates.RevocationLists.Length));
        Assert.Equal(first.Certificates.Authorities, second.Certificates!.Authorities);
        Assert.Equal(first.Certificates.RevocationLists, second.Certificates.RevocationLists);
    }

    [Fact]
    public void Settings_that_could_admit_nobody_are_refused()
    {
        using var leaf = _authority.IssueToDevice("one");
        AuthenticationMethod[] asked = [AuthenticationMethod.ClientCertificate];

        Assert.Equal("authentication_unmeetable", Code(new([AuthenticationMethod.AppKey])));
        Assert.Equal("authentication_unmeetable", Code(new([.. asked])));
        Assert.Equal("invalid_member", Code(new([])));
        Assert.Equal("invalid_member", Code(new([AuthenticationMethod.None, AuthenticationMethod.None])));
        Assert.Equal("invalid_member", Code(new([.. asked], new CertificateSettings([]))));
        Assert.Equal("invalid_member", Code(new([.. asked], new CertificateSettings(["nonsense"]))));
        Assert.Equal("invalid_member", Code(new([.. asked], new CertificateSettings([_authority.Pem(), new string(' ', 24_000)]))));
        Assert.Equal("invalid_certificates", Code(new([.. asked], new CertificateSettings([_authority.Issuing.ExportCertificatePem()]))));
        Assert.Equal("invalid_certificates", Code(new([.. asked], new CertificateSettings([_authority.Pem() + leaf.ExportCertificatePem()]))));
        Assert.Equal("invalid_certificates", Code(new([.. asked], new CertificateSettings([_authority.Pem()], [_stranger.RevocationList(Now.AddDays(1))]))));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    private static string? Code(AuthenticationSettings settings) => AuthenticationEdit.Apply(settings, DeviceAuthentication.Anonymous, out _)?.Code;

    private static AppAdmission Judge(X509Certificate2 certificate, TrustedAuthorities? trust, DateTimeOffset? now = null) =>
        ClientCertificateRule.Judge(App, trust, certificate, now ?? Now, Pepper);

    private TrustedAuthorities? Trust(CertificateBinding binding = CertificateBinding.None, params string[] lists)
    {
        Assert.Null(AuthenticationEdit.Apply(
            new([AuthenticationMethod.ClientCertificate], new CertificateSettings([_authority.Pem()], [.. lists], binding)), DeviceAuthentication.Anonymous, out var asked));
        Assert.Null(TrustedAuthorities.Read(asked.Certificates!, out var trust));
        return trust;
    }
}
